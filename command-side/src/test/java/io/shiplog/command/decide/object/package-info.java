/** Rules for every object. */
@NullMarked
package io.shiplog.command.decide.object;

import org.jspecify.annotations.NullMarked;
