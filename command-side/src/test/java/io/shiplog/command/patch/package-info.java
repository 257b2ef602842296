@NullMarked
package io.shiplog.command.patch;

import org.jspecify.annotations.NullMarked;
