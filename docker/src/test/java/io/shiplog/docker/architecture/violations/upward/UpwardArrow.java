package io.shiplog.docker.architecture.violations.upward;

import io.shiplog.projections.image.Image;

/** Breaks a rule on purpose: see ModuleArrowsTest. */
public record UpwardArrow(Image image) {}
