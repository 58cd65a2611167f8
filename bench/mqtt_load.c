// SPDX-License-Identifier: Apache-2.0
// mqtt_load PORT COUNT QOS RATE: the load and the measuring instrument. 100 sensors, one reading in
// ten passes (over 70). RATE 0: as fast as readings come through, with so many on their way that the
// client under test always has work; else that many a second, one by one.
// Every passing reading carries a value of its own (70 and its number behind the point), by which it
// is found again on `alarms`, bare or inside JSON. Prints one JSON object. Exit 1: a passing reading
// was not published, was published twice, or came out of nowhere.
#define _GNU_SOURCE // ppoll
#include <errno.h>
#include <mosquitto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { sensors = 100, one_in = 10, on_their_way = 8000, patience_s = 20 };

static long sent, passing, came_out, strangers, repeated;
static long count;
static int qos;
static double *sent_at; // by number of the passing reading; negative: it has come out
static double *delays;
static double last_out;
static int ready;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void on_connect(struct mosquitto *client, void *context, int result)
{
    (void)context;
    if (result != 0 || mosquitto_subscribe(client, NULL, "alarms", qos) != 0)
        exit(1);
}

static void on_subscribe(struct mosquitto *client, void *context, int id, int granted, const int *list)
{
    (void)client, (void)context, (void)id, (void)granted, (void)list;
    ready = 1;
}

// "70.0000123" or {... "value":70.0000123 ...}: 123. -1: no such reading.
static long number_in(const char *text)
{
    const char *value = strstr(text, "\"value\":");
    const double reading = strtod(value ? value + 8 : text, NULL);
    const long number = (long)((reading - 70) * 1e7 + 0.5) - 1;
    return number >= 0 && number < passing ? number : -1;
}

static void on_message(struct mosquitto *client, void *context, const struct mosquitto_message *message)
{
    (void)client, (void)context;
    static char text[4096];
    const int length = message->payloadlen < 4095 ? message->payloadlen : 4095;
    memcpy(text, message->payload, (size_t)length);
    text[length] = 0;
    const long number = number_in(text);
    if (number < 0) {
        ++strangers;
        return;
    }
    if (sent_at[number] < 0) {
        ++repeated;
        return;
    }
    last_out = now();
    delays[came_out++] = last_out - sent_at[number];
    sent_at[number] = -1;
}

static void send_one(struct mosquitto *client)
{
    char topic[64], text[32];
    snprintf(topic, sizeof topic, "sensors/room-%ld/temperature", sent % sensors);
    int length;
    // The last one passes too: once it has come out, all before it have been read.
    if ((sent + sent / sensors) % one_in == 0 || sent == count - 1) {
        sent_at[passing] = now();
        length = snprintf(text, sizeof text, "%.7f", 70 + (double)++passing * 1e-7);
    } else {
        length = snprintf(text, sizeof text, "21.5");
    }
    if (mosquitto_publish(client, NULL, topic, length, text, qos, false) != 0)
        exit(1);
    ++sent;
}

// Reads and writes what there is; waits at most `wait` seconds for something to read.
static void turn(struct mosquitto *client, double wait)
{
    struct pollfd poll_fd = {mosquitto_socket(client), POLLIN, 0};
    if (mosquitto_want_write(client))
        poll_fd.events |= POLLOUT;
    const struct timespec timeout = {(time_t)wait, (long)((wait - (double)(time_t)wait) * 1e9)};
    if (ppoll(&poll_fd, 1, &timeout, NULL) < 0 && errno != EINTR)
        exit(1);
    if ((poll_fd.revents & POLLOUT) && mosquitto_loop_write(client, 1) != 0)
        exit(1);
    if ((poll_fd.revents & (POLLIN | POLLHUP)) && mosquitto_loop_read(client, 1) != 0)
        exit(1);
    mosquitto_loop_misc(client);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// How long until the next reading is due; zero: now.
static double until_due(double began, double rate)
{
    if (sent == count)
        return 0.01;
    if (rate > 0) {
        const double due = began + (double)sent / rate - now();
        return due > 0 ? due : 0;
    }
    return sent - one_in * came_out < on_their_way ? 0 : 0.01;
}

static void run(struct mosquitto *client, double rate)
{
    const double began = now();
    double quiet_since = began;
    for (long seen = 0; sent < count || came_out < passing;) {
        double wait = until_due(began, rate);
        for (int burst = 0; wait == 0 && burst < 64; ++burst) {
            send_one(client);
            wait = until_due(began, rate);
        }
        turn(client, wait);
        if (came_out != seen || sent < one_in) {
            seen = came_out;
            quiet_since = now();
        }
        if (now() - quiet_since > patience_s)
            break;
    }
    last_out -= began;
}

int main(int words, char **word)
{
    if (words != 5)
        return 2;
    count = atol(word[2]);
    qos = atoi(word[3]);
    sent_at = calloc((size_t)count / one_in + 2, sizeof *sent_at);
    delays = calloc((size_t)count / one_in + 2, sizeof *delays);
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new("load", true, NULL);
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_subscribe_callback_set(client, on_subscribe);
    mosquitto_message_callback_set(client, on_message);
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_max_inflight_messages_set(client, 0);
    if (mosquitto_connect(client, "127.0.0.1", atoi(word[1]), 60) != 0)
        return 1;
    while (!ready)
        turn(client, 0.1);
    run(client, atof(word[4]));
    qsort(delays, (size_t)came_out, sizeof *delays, by_size);
    printf("{\"sent\":%ld,\"passing\":%ld,\"came_out\":%ld,\"strangers\":%ld,\"repeated\":%ld,"
           "\"seconds\":%.6f,\"delay_us\":%.1f,\"delay_p99_us\":%.1f}\n",
           sent, passing, came_out, strangers, repeated, last_out,
           came_out ? delays[came_out / 2] * 1e6 : 0, came_out ? delays[came_out * 99 / 100] * 1e6 : 0);
    mosquitto_destroy(client);
    return came_out == passing && sent == count && strangers == 0 && repeated == 0 ? 0 : 1;
}
