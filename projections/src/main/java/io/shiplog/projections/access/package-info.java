/** Who may do what, as a function of the image: RBAC. Used by the gateway for every request and by the decider for escalation. */
@NullMarked
package io.shiplog.projections.access;

import org.jspecify.annotations.NullMarked;
