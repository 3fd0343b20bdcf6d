"""The main job with invented people, by the product's own actions and its real worker. Nothing here is a shortcut."""
