"""PDQ and Hamming arithmetic: the C11 extension ``tutela._kernels`` or its NumPy twin, same answers."""
