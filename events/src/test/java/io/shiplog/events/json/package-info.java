@NullMarked
package io.shiplog.events.json;

import org.jspecify.annotations.NullMarked;
