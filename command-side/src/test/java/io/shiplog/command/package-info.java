@NullMarked
package io.shiplog.command;

import org.jspecify.annotations.NullMarked;
