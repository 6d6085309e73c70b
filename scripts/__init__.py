"""Programs for the people who build and run the portal; the site itself needs none of them."""
