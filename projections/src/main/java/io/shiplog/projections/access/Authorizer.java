package io.shiplog.projections.access;

import io.shiplog.projections.Image;

/** Decides an access request on an image. Pure. */
@FunctionalInterface
public interface Authorizer {
    Access authorize(Image image, AccessRequest request);
}
