"""A folder, an archive, a disk image, a bucket in; findings out."""
