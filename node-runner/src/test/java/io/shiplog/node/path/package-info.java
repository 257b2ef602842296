@NullMarked
package io.shiplog.node.path;

import org.jspecify.annotations.NullMarked;
