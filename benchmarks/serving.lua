-- What wrk asks: the addresses of the variable ADDRESSES in turn; with DISTINCT set, none twice.
local addresses, distinct, number, start = {}, os.getenv("DISTINCT"), 0, os.time()
for address in os.getenv("ADDRESSES"):gmatch("%S+") do
  addresses[#addresses + 1] = address
end

function request()
  number = number + 1
  local address = addresses[number % #addresses + 1]
  if distinct then
    address = string.format("%s%%20%%23%d-%d", address, start, number)
  end
  return wrk.format("GET", address, { ["Accept"] = os.getenv("ACCEPT") })
end
