@NullMarked
package io.shiplog.gateway.select;

import org.jspecify.annotations.NullMarked;
