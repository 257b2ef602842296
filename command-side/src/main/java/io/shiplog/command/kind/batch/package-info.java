/** The kinds of the group {@code batch}: Jobs and CronJobs: pods that end. */
@NullMarked
package io.shiplog.command.kind.batch;

import org.jspecify.annotations.NullMarked;
