"""Model bundles: the recipe that trains one, the converters that write one, and the ones that are shipped."""
