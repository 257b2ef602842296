@NullMarked
package io.shiplog.gateway.http;

import org.jspecify.annotations.NullMarked;
