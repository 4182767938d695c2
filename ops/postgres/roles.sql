-- Runs once, on an empty volume: one role owns the schema and migrates it, the other serves and owns nothing.
\getenv owner_password POSTGRES_OWNER_PASSWORD
\getenv app_password POSTGRES_APP_PASSWORD
create role fleet_owner login nosuperuser nobypassrls password :'owner_password';
create role fleet_app login nosuperuser nobypassrls password :'app_password';
alter database :"DBNAME" owner to fleet_owner;
