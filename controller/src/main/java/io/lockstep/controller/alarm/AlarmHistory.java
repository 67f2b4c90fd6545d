package io.lockstep.controller.alarm;

import java.time.Instant;

/** Where alarms are kept. Returns at once and never fails: what cannot be kept is logged, and kept later. */
public interface AlarmHistory {

    void raised(Alarm alarm);

    void cleared(Alarm alarm, Instant at);
}
