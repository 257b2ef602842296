@NullMarked
package io.shiplog.command.decide;

import org.jspecify.annotations.NullMarked;
