@NullMarked
package io.shiplog.command.control.account;

import org.jspecify.annotations.NullMarked;
