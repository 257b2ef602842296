/** Tests of {@code io.shiplog.node.image}. */
@NullMarked
package io.shiplog.node.image;

import org.jspecify.annotations.NullMarked;
