/**
 * The verbs by which people ask a cluster about its past: log, get, diff, blame, why, explain-schedule and undo. Each asks the API and writes down what it answers;
 * they decide nothing.
 */
@NullMarked
package io.shiplog.docker.story;

import org.jspecify.annotations.NullMarked;
