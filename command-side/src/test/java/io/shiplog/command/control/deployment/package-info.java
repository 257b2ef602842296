/** Tests of Deployments. */
@NullMarked
package io.shiplog.command.control.deployment;

import org.jspecify.annotations.NullMarked;
