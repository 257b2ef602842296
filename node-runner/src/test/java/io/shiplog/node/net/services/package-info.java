/** Tests of {@code io.shiplog.node.net.services}. */
@NullMarked
package io.shiplog.node.net.services;

import org.jspecify.annotations.NullMarked;
