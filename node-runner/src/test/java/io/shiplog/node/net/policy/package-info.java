/** Tests of {@code io.shiplog.node.net.policy}. */
@NullMarked
package io.shiplog.node.net.policy;

import org.jspecify.annotations.NullMarked;
