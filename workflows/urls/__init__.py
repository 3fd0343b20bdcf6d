"""Every page of the product, one file of routes for each area of work. Each view declares its policy."""

from importlib import import_module

AREAS = (
    *("work", "reviews", "papers", "keys", "councils", "periods", "organisations", "corrections", "petitions"),
    *("years", "national", "ground", "public"),
)

urlpatterns = [route for area in AREAS for route in import_module(f"workflows.urls.{area}").urlpatterns]
