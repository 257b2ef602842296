/** The kinds of the group {@code apps}: a number of pods from a template. */
@NullMarked
package io.shiplog.command.kind.apps;

import org.jspecify.annotations.NullMarked;
