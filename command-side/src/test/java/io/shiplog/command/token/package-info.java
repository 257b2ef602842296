@NullMarked
package io.shiplog.command.token;

import org.jspecify.annotations.NullMarked;
