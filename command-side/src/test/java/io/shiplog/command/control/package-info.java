/** A cluster without a log broker, without threads and with driven time, in which controllers are tested. */
@NullMarked
package io.shiplog.command.control;

import org.jspecify.annotations.NullMarked;
