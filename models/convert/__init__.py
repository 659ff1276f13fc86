"""From weights to a bundle: ONNX writer, an independent forward pass, and the bundle's own file of hashes."""
