/**
 * The controllers of batch: Jobs run pods until enough of them have succeeded, CronJobs create Jobs at the times of a
 * schedule, and a finished Job with a time to live is deleted after it. A pod is counted exactly once: its finalizer holds it
 * until the Job's status has its uid or its index. May depend on the loop, the views, {@code replicas} and the kinds of batch.
 */
@NullMarked
package io.shiplog.command.control.job;

import org.jspecify.annotations.NullMarked;
