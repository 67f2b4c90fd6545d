package io.lockstep.controller.history;

import java.sql.SQLException;

/** Another controller has written the same row meanwhile: to be read again, and tried again on top of that. */
final class ConflictException extends SQLException {

    private static final long serialVersionUID = 1;

    ConflictException(String message) {
        super(message, "40001");
    }

    /** Serialization failure, deadlock, or a row that another one has made first. */
    static boolean is(SQLException e) {
        String state = e.getSQLState();
        return "40001".equals(state) || "40P01".equals(state) || "23505".equals(state);
    }
}
