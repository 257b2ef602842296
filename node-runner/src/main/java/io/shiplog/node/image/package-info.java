/**
 * Image names, and the credentials for their registries. Pure functions of text and of the pull secrets' content; they depend
 * only on the engine's login type.
 */
@NullMarked
package io.shiplog.node.image;

import org.jspecify.annotations.NullMarked;
