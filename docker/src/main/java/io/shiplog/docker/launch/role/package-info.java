/**
 * The roles as processes of their own: gateway, command side, node runner. Each opens the log of any Kafka cluster.
 */
@NullMarked
package io.shiplog.docker.launch.role;

import org.jspecify.annotations.NullMarked;
