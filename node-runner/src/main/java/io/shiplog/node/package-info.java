/**
 * One per machine: makes the pods bound to its node real and reports what it sees as commands. Knows events, projections and
 * docker-java.
 */
@NullMarked
package io.shiplog.node;

import org.jspecify.annotations.NullMarked;
