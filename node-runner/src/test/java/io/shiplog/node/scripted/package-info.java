/** What nodes say that run nothing. */
@NullMarked
package io.shiplog.node.scripted;

import org.jspecify.annotations.NullMarked;
