/** Processes of their own, for tests that pause and kill them. */
@NullMarked
package io.shiplog.docker.process;

import org.jspecify.annotations.NullMarked;
