/**
 * How images are named, and which credentials open their registries. Pure functions of text and of the pull secrets' content;
 * they depend on the engine's form of a login alone.
 */
@NullMarked
package io.shiplog.node.image;

import org.jspecify.annotations.NullMarked;
