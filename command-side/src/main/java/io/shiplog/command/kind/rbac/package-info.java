/** The kinds of {@code rbac.authorization.k8s.io}, and the rule that no user grants more than they hold. */
@NullMarked
package io.shiplog.command.kind.rbac;

import org.jspecify.annotations.NullMarked;
