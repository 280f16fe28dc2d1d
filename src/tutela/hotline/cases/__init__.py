"""Items and what is known of them: sightings, fingerprints, matches, ratings, the verdict, series."""
