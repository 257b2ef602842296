/**
 * Image names, the credentials for their registries, the files of an image from its archive, and the removal of unused images.
 * Names and credentials are pure functions of text and of the pull secrets' content. Depends on the engine and on JSON.
 */
@NullMarked
package io.shiplog.node.image;

import org.jspecify.annotations.NullMarked;
