/**
 * Image names, the credentials for their registries, and the files of an image from its archive. Names and credentials are pure functions
 * of text and of the pull secrets' content; only {@link io.shiplog.node.image.SavedImage} writes. Depends only on the engine's login type.
 */
@NullMarked
package io.shiplog.node.image;

import org.jspecify.annotations.NullMarked;
