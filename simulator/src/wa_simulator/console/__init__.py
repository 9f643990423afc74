"""The browser console: static files, served by the control application."""
