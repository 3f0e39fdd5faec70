// test_planted.c - a test that has to fail: it meets the planted bug (README.md),
// and a sanitizer says where it is.

#include "../../serial.h"
#include "../frame.h"
#include "../sensor.h"

#include <cmrx/test.h>

CMRX_USE(struct serial, serial);
CMRX_USE(struct sensor, sensor);

static uint8_t bytes[FRAME_BYTES] = { FRAME_START, 8, 2, SENSOR_CHANNELS };

static int32_t line_read(CMRX_SELF, void *to, uint32_t size, uint32_t timeout)
{
    (void)timeout;
    if (cmrx_fake_calls(serial, read) > 1)
        cmrx_sleep_until(CMRX_FOREVER);
    cmrx_check(size >= sizeof(bytes));
    memcpy(to, bytes, sizeof(bytes));
    return sizeof(bytes);
}

CMRX_TEST(a_calibration_of_a_channel_that_is_none)
{
    static CMRX_SHARED struct sensor_reading reading;
    int32_t result = 0;
    uint16_t crc = frame_crc(bytes + 1, 10);

    bytes[11] = (uint8_t)crc;
    bytes[12] = (uint8_t)(crc >> 8);
    cmrx_fake(serial, read, line_read);
    cmrx_test_start();
    cmrx_check_equal(cmrx_call(&result, sensor, next, &reading, 1000), CMRX_OK);
}
