/** Tests of the log's parts that need no broker; those that do are in the docker module. */
@NullMarked
package io.shiplog.events.log.kafka;

import org.jspecify.annotations.NullMarked;
