"""What people and programs read: tables, their formats, and text made safe to show."""
