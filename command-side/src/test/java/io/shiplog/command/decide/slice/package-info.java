/** Commands that have rules of their own. */
@NullMarked
package io.shiplog.command.decide.slice;

import org.jspecify.annotations.NullMarked;
