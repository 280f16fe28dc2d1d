"""What joins the apps of the hotline to pages: Django's settings, root addresses, base templates."""
