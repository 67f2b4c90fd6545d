/**
 * The memory of the controller: hosts, handovers with what happened in them, alarms.
 *
 * <p>Guarantees: nobody who opens, wakes or looks ever waits for the database; what it does not take now is kept in memory, as far
 * as that goes, and written later; a row is only replaced by who has seen its latest version. The SQL is what H2 and PostgreSQL
 * both understand.
 */
@NullMarked
package io.lockstep.controller.history;

import org.jspecify.annotations.NullMarked;
