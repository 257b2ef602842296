/**
 * Authorization as a function of the image: RBAC. Used by the gateway for every request and by the decider for escalation
 * checks.
 */
@NullMarked
package io.shiplog.projections.access;

import org.jspecify.annotations.NullMarked;
