/** Tests of the streams' protocols. */
@NullMarked
package io.shiplog.node.stream;

import org.jspecify.annotations.NullMarked;
