"""From files to Reports: each format's reader gives Grids and text, and the binder gives them their meaning."""
