"""Claims from elsewhere: tables, graphs of other tools and stores, made into Turtle that passes the same shapes."""
