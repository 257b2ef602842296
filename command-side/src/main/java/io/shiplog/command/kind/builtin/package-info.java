/** All built-in kinds, group by group. The assembly passes them to the parts of the cluster as values. */
@NullMarked
package io.shiplog.command.kind.builtin;

import org.jspecify.annotations.NullMarked;
