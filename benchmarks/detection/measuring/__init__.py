"""What is told of detections: matched to truth, as rates and figures, beside rivals."""
